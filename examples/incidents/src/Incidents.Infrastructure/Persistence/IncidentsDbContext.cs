using Incidents.Domain;
using Microsoft.EntityFrameworkCore;

namespace Incidents.Infrastructure.Persistence;

public sealed class IncidentsDbContext(DbContextOptions<IncidentsDbContext> options) : DbContext(options)
{
    public DbSet<Incident> Incidents => Set<Incident>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(IncidentsDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Names, not numbers: the tables stay readable, and reordering an enum cannot change their meaning.
        configurationBuilder.Properties<Severity>().HaveConversion<string>().HaveMaxLength(20);
        configurationBuilder.Properties<IncidentStatus>().HaveConversion<string>().HaveMaxLength(20);
        configurationBuilder.Properties<TimelineKind>().HaveConversion<string>().HaveMaxLength(20);
    }
}
