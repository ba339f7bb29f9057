"""One file per kind of step; each turns App and Settings into steps, or says why there is none."""
