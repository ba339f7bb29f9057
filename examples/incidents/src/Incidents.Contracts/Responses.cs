namespace Incidents.Contracts;

public sealed record IncidentSummary(
    Guid Id,
    string Title,
    string Severity,
    string Status,
    DateTimeOffset ReportedAt,
    DateTimeOffset UpdatedAt,
    int Comments);

public sealed record IncidentDetails(
    Guid Id,
    string Title,
    string Description,
    string Severity,
    string Status,
    IReadOnlyList<string> NextStatuses,
    DateTimeOffset ReportedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ResolvedAt,
    IReadOnlyList<CommentView> Comments,
    IReadOnlyList<TimelineView> Timeline);

public sealed record CommentView(string Author, string Text, DateTimeOffset At);

public sealed record TimelineView(string Kind, string Text, DateTimeOffset At);

public sealed record IncidentStatistics(int Total, int Open, int Critical, IReadOnlyDictionary<string, int> ByStatus);
