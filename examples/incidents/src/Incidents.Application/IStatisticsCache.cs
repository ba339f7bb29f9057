using Incidents.Contracts;

namespace Incidents.Application;

/// <summary>An optimisation only: implementations must treat an unreachable store as an empty one.</summary>
public interface IStatisticsCache
{
    Task<IncidentStatistics?> GetAsync(CancellationToken cancellationToken);

    Task SetAsync(IncidentStatistics statistics, CancellationToken cancellationToken);

    Task ClearAsync(CancellationToken cancellationToken);
}
