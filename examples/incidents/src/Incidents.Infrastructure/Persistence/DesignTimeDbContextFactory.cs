using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Incidents.Infrastructure.Persistence;

/// <summary>
/// Used by dotnet-ef only. Adding and scripting migrations need no server; commands that do connect read the same
/// variable as the application.
/// </summary>
internal sealed class DesignTimeDbContextFactory : IDesignTimeDbContextFactory<IncidentsDbContext>
{
    public IncidentsDbContext CreateDbContext(string[] args)
    {
        var connectionString = Environment.GetEnvironmentVariable("ConnectionStrings__Incidents") ?? "Host=localhost";
        var options = new DbContextOptionsBuilder<IncidentsDbContext>().UseNpgsql(connectionString).Options;
        return new IncidentsDbContext(options);
    }
}
