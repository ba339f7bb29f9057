namespace Incidents.Domain;

public sealed class Incident
{
    public const int MinTitleLength = 3;
    public const int MaxTitleLength = 120;
    public const int MaxDescriptionLength = 4000;

    private List<Comment> _comments = [];
    private List<TimelineEntry> _timeline = [];

    private Incident(
        Guid id,
        string title,
        string description,
        Severity severity,
        IncidentStatus status,
        DateTimeOffset reportedAt,
        DateTimeOffset updatedAt)
    {
        Id = id;
        Title = title;
        Description = description;
        Severity = severity;
        Status = status;
        ReportedAt = reportedAt;
        UpdatedAt = updatedAt;
    }

    public Guid Id { get; private init; }

    public string Title { get; private init; }

    public string Description { get; private init; }

    public Severity Severity { get; private set; }

    public IncidentStatus Status { get; private set; }

    public DateTimeOffset ReportedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public DateTimeOffset? ResolvedAt { get; private set; }

    public IReadOnlyList<Comment> Comments => _comments;

    public IReadOnlyList<TimelineEntry> Timeline => _timeline;

    public static Incident Report(string? title, string? description, Severity severity, DateTimeOffset now)
    {
        var cleanTitle = Text("title", title, MinTitleLength, MaxTitleLength);
        var cleanDescription = Text("description", description, 0, MaxDescriptionLength);
        RequireDefined("severity", severity);

        var incident = new Incident(
            Guid.CreateVersion7(now),
            cleanTitle,
            cleanDescription,
            severity,
            IncidentStatus.Reported,
            now,
            now);
        incident.Record(TimelineKind.Reported, $"Reported as {severity}", now);
        return incident;
    }

    public void ChangeStatus(IncidentStatus next, DateTimeOffset now)
    {
        RequireDefined("status", next);
        if (!StatusRules.Allows(Status, next))
        {
            throw new RuleViolationException($"An incident that is {Status} cannot become {next}.");
        }

        Record(TimelineKind.StatusChanged, $"{Status} → {next}", now);
        Status = next;
        ResolvedAt = next switch
        {
            IncidentStatus.Resolved => now,
            IncidentStatus.Closed => ResolvedAt,
            _ => null,
        };
    }

    public void ChangeSeverity(Severity next, DateTimeOffset now)
    {
        RequireDefined("severity", next);
        RequireNotClosed();
        if (next == Severity)
        {
            return;
        }

        var verb = next > Severity ? "Raised" : "Lowered";
        Record(TimelineKind.SeverityChanged, $"{verb} from {Severity} to {next}", now);
        Severity = next;
    }

    public Comment AddComment(string? author, string? text, DateTimeOffset now)
    {
        RequireNotClosed();
        var comment = new Comment(
            Guid.CreateVersion7(now),
            Text("author", author, 1, Comment.MaxAuthorLength),
            Text("text", text, 1, Comment.MaxLength),
            now);

        _comments.Add(comment);
        Record(TimelineKind.Commented, $"Comment by {comment.Author}", now);
        return comment;
    }

    /// <summary>A detached copy; comments and timeline entries are immutable and can be shared.</summary>
    public Incident Snapshot()
    {
        var copy = (Incident)MemberwiseClone();
        copy._comments = [.. _comments];
        copy._timeline = [.. _timeline];
        return copy;
    }

    private static string Text(string field, string? value, int min, int max)
    {
        var text = value?.Trim() ?? string.Empty;
        if (text.Length < min)
        {
            throw new InvalidInputException(field, min == 1
                ? $"The {field} is required."
                : $"The {field} needs at least {min} characters.");
        }

        return text.Length <= max
            ? text
            : throw new InvalidInputException(field, $"The {field} has at most {max} characters.");
    }

    private static void RequireDefined<TEnum>(string field, TEnum value)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new InvalidInputException(field, $"'{value}' is not a known {field}.");
        }
    }

    private void RequireNotClosed()
    {
        if (Status == IncidentStatus.Closed)
        {
            throw new RuleViolationException("A closed incident cannot be changed.");
        }
    }

    private void Record(TimelineKind kind, string text, DateTimeOffset now)
    {
        _timeline.Add(new TimelineEntry(Guid.CreateVersion7(now), kind, text, now));
        UpdatedAt = now;
    }
}
