using Incidents.Contracts;
using Incidents.Domain;

namespace Incidents.Application;

internal static class IncidentMapping
{
    public static IncidentSummary ToSummary(this Incident incident) => new(
        incident.Id,
        incident.Title,
        Names.Of(incident.Severity),
        Names.Of(incident.Status),
        incident.ReportedAt,
        incident.UpdatedAt,
        incident.Comments.Count);

    public static IncidentSummary ToSummary(this IncidentOverview incident) => new(
        incident.Id,
        incident.Title,
        Names.Of(incident.Severity),
        Names.Of(incident.Status),
        incident.ReportedAt,
        incident.UpdatedAt,
        incident.Comments);

    public static IncidentDetails ToDetails(this Incident incident) => new(
        incident.Id,
        incident.Title,
        incident.Description,
        Names.Of(incident.Severity),
        Names.Of(incident.Status),
        [.. StatusRules.NextFrom(incident.Status).Select(Names.Of)],
        incident.ReportedAt,
        incident.UpdatedAt,
        incident.ResolvedAt,
        [.. incident.Comments.OrderBy(c => c.At).Select(c => new CommentView(c.Author, c.Text, c.At))],
        [.. incident.Timeline.OrderBy(t => t.At).Select(t => new TimelineView(Names.Of(t.Kind), t.Text, t.At))]);

    public static IncidentStatistics ToStatistics(this IReadOnlyList<IncidentCount> counts)
    {
        var open = counts.Where(c => c.Status is not (IncidentStatus.Resolved or IncidentStatus.Closed)).ToList();
        return new IncidentStatistics(
            counts.Sum(c => c.Count),
            open.Sum(c => c.Count),
            open.Where(c => c.Severity == Severity.Critical).Sum(c => c.Count),
            Enum.GetValues<IncidentStatus>().ToDictionary(
                Names.Of,
                status => counts.Where(c => c.Status == status).Sum(c => c.Count)));
    }
}
