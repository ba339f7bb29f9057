namespace Incidents.Contracts;

public sealed record ReportIncidentRequest(string? Title, string? Description, string? Severity);

public sealed record ChangeStatusRequest(string? Status);

public sealed record ChangeSeverityRequest(string? Severity);

public sealed record AddCommentRequest(string? Author, string? Text);
