namespace Incidents.Domain;

public sealed class Comment
{
    public const int MaxLength = 2000;
    public const int MaxAuthorLength = 80;

    internal Comment(Guid id, string author, string text, DateTimeOffset at)
    {
        Id = id;
        Author = author;
        Text = text;
        At = at;
    }

    public Guid Id { get; private init; }

    public string Author { get; private init; }

    public string Text { get; private init; }

    public DateTimeOffset At { get; private init; }
}
