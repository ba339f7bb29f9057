namespace Incidents.Domain;

/// <summary>Which status may follow which. A closed incident is final; a resolved one can be reopened.</summary>
public static class StatusRules
{
    private static readonly Dictionary<IncidentStatus, IncidentStatus[]> Successors = new()
    {
        [IncidentStatus.Reported] = [IncidentStatus.Investigating, IncidentStatus.Resolved],
        [IncidentStatus.Investigating] = [IncidentStatus.Mitigated, IncidentStatus.Resolved],
        [IncidentStatus.Mitigated] = [IncidentStatus.Investigating, IncidentStatus.Resolved],
        [IncidentStatus.Resolved] = [IncidentStatus.Investigating, IncidentStatus.Closed],
        [IncidentStatus.Closed] = [],
    };

    public static IReadOnlyList<IncidentStatus> NextFrom(IncidentStatus status) => Successors[status];

    public static bool Allows(IncidentStatus from, IncidentStatus to) => Successors[from].Contains(to);
}
