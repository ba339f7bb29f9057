"""What the command line can do: one file per verb, with `arguments(parser)` and `run(arguments)`.

A verb's file is imported when its verb is called, so that `pipeline --help` and `pipeline plan` pay for nothing else.
"""

from __future__ import annotations

VERBS = {
    "ci": "run everything and give one verdict",
    "lint": "check formats, lint rules and types of both stacks",
    "test": "run the tests of both stacks",
    "build": "compile and bundle both stacks",
    "audit": "look for vulnerabilities, secrets, misconfiguration and licences",
    "sbom": "print the software bill of materials, CycloneDX or SPDX",
    "publish": "run everything and bring the proven image to its registry",
    "promote": "copy a published image, if what is kept beside it proves it",
    "release": "print what a release would change; nothing is touched",
    "deploy": "release an image to Fly.io, prove that it serves, or go back",
    "verify": "say whether the last good release still is what serves",
    "rollback": "go back to a release that was verified, and verify it again",
    "releases": "list what was released, and how it compares with the targets",
    "status": "say what serves now",
    "secrets": "print, or bring, an environment's secrets on Fly.io",
    "explain": "print what was found out, where it stands, and what is asked",
    "plan": "print the steps and their reasons; nothing runs",
    "init": "write what CI needs into a repository, after showing it",
    "settings": "print each setting with its value and its origin",
    "doctor": "say what this machine lacks and how to get it",
}
