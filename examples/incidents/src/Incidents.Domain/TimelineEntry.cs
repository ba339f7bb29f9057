namespace Incidents.Domain;

public enum TimelineKind
{
    Reported = 1,
    StatusChanged = 2,
    SeverityChanged = 3,
    Commented = 4,
}

public sealed class TimelineEntry
{
    public const int MaxTextLength = 200;

    internal TimelineEntry(Guid id, TimelineKind kind, string text, DateTimeOffset at)
    {
        Id = id;
        Kind = kind;
        Text = text;
        At = at;
    }

    public Guid Id { get; private init; }

    public TimelineKind Kind { get; private init; }

    public string Text { get; private init; }

    public DateTimeOffset At { get; private init; }
}
