using Incidents.Domain;

namespace Incidents.Application;

public sealed record IncidentFilter(IncidentStatus? Status = null, Severity? Severity = null, string? Search = null)
{
    public const int MaxResults = 200;

    public static IncidentFilter Parse(string? status, string? severity, string? search) => new(
        string.IsNullOrWhiteSpace(status) ? null : Names.Parse<IncidentStatus>("status", status),
        string.IsNullOrWhiteSpace(severity) ? null : Names.Parse<Severity>("severity", severity),
        string.IsNullOrWhiteSpace(search) ? null : search.Trim());
}
