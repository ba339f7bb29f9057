namespace Incidents.Domain;

public abstract class DomainException(string message) : Exception(message);

/// <summary>The input can never be accepted, whatever state the incident is in.</summary>
public sealed class InvalidInputException(string field, string message) : DomainException(message)
{
    public string Field { get; } = field;
}

/// <summary>The input is sound, but the incident's present state does not admit it.</summary>
public sealed class RuleViolationException(string message) : DomainException(message);
