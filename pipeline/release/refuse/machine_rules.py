"""What is wrong with services, checks and machines; docs/release-validation.md lists all rules."""

from __future__ import annotations

from pipeline.release.refuse.rule import refused, warned

# Ports and checks.
NO_SERVICE = refused(
    "F151",
    "no service",
    "nothing leads from the public address to the application",
    "add `[http_service]` with the port of the application",
)
PORT = refused(
    "F152",
    "another port than the application listens on",
    "the machine starts, no request arrives and every check fails",
    "make `internal_port` that port",
)
LOOPBACK = refused(
    "F153",
    "the application listens inside of its machine alone",
    "Fly's proxy comes from outside, so no request arrives",
    "listen on all addresses: ASPNETCORE_HTTP_PORTS = 8080",
)
NO_CHECK = refused(
    "F161",
    "no health check",
    "flyctl calls a release complete whose program has ended, and traffic goes to machines that are not ready",
    "add `[[http_service.checks]]` with the path that tells whether all is well",
)
TCP_ONLY = warned(
    "F162",
    "health checks that only open the port",
    "they pass as soon as something listens, whatever it answers",
    "add `[[http_service.checks]]` with the path that tells whether all is well",
)
APART = warned(
    "F163",
    "health checks that belong to no service",
    "those of `[checks]` hold a release back, and traffic still goes to machines that fail them",
    "write it as `[[http_service.checks]]`",
)
OTHER_HEALTH = refused(
    "F164",
    "no check asks the health path of the settings",
    "Fly would send traffic by another answer than the one that a release is verified by",
    "make `path` of the check and `release.health` the same",
)
NOT_MAPPED = refused(
    "F165",
    "a check of a path that the application does not map",
    "the page of an SPA answers for any path, so it passes while the application is not well; or it never does",
    "use the path that the application maps, or set `release.health` where it is right",
)
REDIRECTED = refused(
    "F166",
    "a check that is answered with a redirect",
    "the application redirects to https, and Fly takes nothing but 2xx: it never becomes healthy",
    'send `headers = {X-Forwarded-Proto = "https"}`, and ASPNETCORE_FORWARDEDHEADERS_ENABLED = "true" in [env]',
)
MAYBE_REDIRECTED = warned(
    "F167",
    "a check that may be answered with a redirect",
    "the application redirects to https as soon as it knows a port for it; Fly takes nothing but 2xx",
    'send `headers = {X-Forwarded-Proto = "https"}`, and ASPNETCORE_FORWARDEDHEADERS_ENABLED = "true" in [env]',
)
CHECK_TLS = refused(
    "F168",
    "a check that speaks https",
    "Fly's proxy ends TLS, the application in the machine speaks http",
    "delete `protocol`",
)
CHECK_TIMES = refused(
    "F169",
    "a time that Fly does not take for a check",
    "flyctl stops: in `[checks]` an interval is 2 s at least, a timeout 60 s at most",
    "write another one",
)
BARE_TIME = warned(
    "F170",
    "a time without a unit",
    "flyctl takes it for nanoseconds in `http_service`, for milliseconds elsewhere",
    'write it with its unit: "10s"',
)
LATE_CHECK = warned(
    "F171",
    "a check that may come too late",
    "its first look is later than the release waits, so a good one may be given up",
    "lower `interval` or `grace_period`, or raise `release.wait`",
)
CHECK_PORT = refused(
    "F172",
    "a check without a port",
    "those of `[checks]` take it from `http_service`, which is not there: flyctl stops",
    "add `port`",
)

CUT_TIME = warned(
    "F173",
    "a time of a check that Fly cuts",
    "what is longer than a minute becomes a minute: an application that takes longer to start is given up",
    "start faster, for example by migrating before; `[checks]` takes a longer `grace_period`",
)

# Machines.
OTHER_MEMORY = refused(
    "F181",
    "another amount of memory than the settings say",
    "the release would be found wrong as soon as it runs",
    "make `memory` of `[[vm]]` and `release.memory` the same",
)
NO_SIZE = refused(
    "F182",
    "no size of machines where the settings want one",
    "flyctl leaves a machine as large as it is; options of the command line size new ones alone",
    "add `[[vm]]` with `memory`",
)
UNSIZED = warned(
    "F183",
    "no size of machines",
    "each machine stays as large as somebody made it, and new ones have 256 MB",
    "add `[[vm]]` with `memory`",
)
BAD_SIZE = refused(
    "F184",
    "a machine that Fly does not have",
    "flyctl takes it, and Fly refuses it while the release is under way",
    "shared-cpu: 256 to 2048 MB for each processor, in steps of 256; performance: 2048 to 8192",
)
SMALL = warned(
    "F185",
    "little memory for .NET",
    "a runtime with its garbage collector hardly fits into 256 MB; the platform ends what needs more",
    "take 512 MB",
)
TWO_SIZES = refused(
    "F186",
    "two sizes for one process group",
    "flyctl takes one of them without saying which",
    "keep one, or give each group its own with `processes`",
)
AUTO_STOP = warned(
    "F187",
    "machines that stop by themselves",
    "flyctl neither starts nor checks one that is stopped, and calls that a success; this tool starts them first",
    'nothing; `auto_stop_machines = "off"` spares the start and the first slow answer',
)
NEVER_STARTS = refused(
    "F188",
    "machines that stop by themselves and are not started again",
    "after the first quiet minutes nothing serves",
    "delete `auto_start_machines = false`",
)
NO_GROUP = refused(
    "F191",
    "process groups that do not fit",
    "what names a group that `[processes]` does not have belongs to no machine; at a service without one flyctl stops",
    "name groups of `[processes]` under `processes`",
)
UNSEEN_GROUP = warned(
    "F192",
    "a process group without a service",
    "nothing asks whether it is well, so a release cannot tell",
    "add `[checks]` for it, where it can answer",
)
BAD_POLICY = refused(
    "F193",
    "a restart policy that nobody knows",
    "flyctl stops",
    "always, on-failure or never",
)
NO_RESTART = warned(
    "F194",
    "machines that stay down when they end",
    "one crash, and nobody starts it again",
    'policy = "on-failure"',
)
