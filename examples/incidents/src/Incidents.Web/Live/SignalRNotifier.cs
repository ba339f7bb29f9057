using Incidents.Application;
using Incidents.Contracts;
using Microsoft.AspNetCore.SignalR;

namespace Incidents.Web.Live;

internal sealed partial class SignalRNotifier(
    IHubContext<IncidentHub, IIncidentClient> hub,
    ILogger<SignalRNotifier> logger) : IIncidentNotifier
{
    public async Task ChangedAsync(IncidentSummary incident, CancellationToken cancellationToken)
    {
        try
        {
            await hub.Clients.All.IncidentChanged(incident);
        }
        catch (Exception exception)
        {
            // The change itself is stored; a failing backplane must not turn it into an error for its author.
            LogNotSent(logger, incident.Id, exception);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Nobody was told about the change of incident {IncidentId}")]
    private static partial void LogNotSent(ILogger logger, Guid incidentId, Exception exception);
}
