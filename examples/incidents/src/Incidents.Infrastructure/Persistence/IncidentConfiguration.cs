using Incidents.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Incidents.Infrastructure.Persistence;

internal sealed class IncidentConfiguration : IEntityTypeConfiguration<Incident>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.ToTable("incidents");
        builder.Property(i => i.Id).ValueGeneratedNever();
        builder.Property(i => i.Title).HasMaxLength(Incident.MaxTitleLength);
        builder.Property(i => i.Description).HasMaxLength(Incident.MaxDescriptionLength);

        // Npgsql maps a uint row version to the system column xmin.
        builder.Property<uint>("Version").IsRowVersion();

        builder.HasIndex(i => i.ReportedAt).IsDescending();
        builder.HasIndex(i => new { i.Status, i.Severity });

        builder.HasMany(i => i.Comments).WithOne().HasForeignKey("IncidentId").IsRequired();
        builder.HasMany(i => i.Timeline).WithOne().HasForeignKey("IncidentId").IsRequired();
        builder.Navigation(i => i.Comments).UsePropertyAccessMode(PropertyAccessMode.Field);
        builder.Navigation(i => i.Timeline).UsePropertyAccessMode(PropertyAccessMode.Field);
    }
}

internal sealed class CommentConfiguration : IEntityTypeConfiguration<Comment>
{
    public void Configure(EntityTypeBuilder<Comment> builder)
    {
        builder.ToTable("comments");

        // With a generated key EF Core would take a new comment, whose key is set, for an existing row.
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Author).HasMaxLength(Comment.MaxAuthorLength);
        builder.Property(c => c.Text).HasMaxLength(Comment.MaxLength);
        builder.Property(c => c.At);
    }
}

internal sealed class TimelineEntryConfiguration : IEntityTypeConfiguration<TimelineEntry>
{
    public void Configure(EntityTypeBuilder<TimelineEntry> builder)
    {
        builder.ToTable("timeline");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.Kind);
        builder.Property(t => t.Text).HasMaxLength(TimelineEntry.MaxTextLength);
        builder.Property(t => t.At);
    }
}
