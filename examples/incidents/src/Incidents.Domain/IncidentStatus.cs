namespace Incidents.Domain;

public enum IncidentStatus
{
    Reported = 1,
    Investigating = 2,
    Mitigated = 3,
    Resolved = 4,
    Closed = 5,
}
