using Incidents.Contracts;

namespace Incidents.Application;

/// <summary>Tells everyone who is watching that an incident is new or different.</summary>
public interface IIncidentNotifier
{
    Task ChangedAsync(IncidentSummary incident, CancellationToken cancellationToken);
}
