using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Trainyard.Notifier.Deliveries;
using Trainyard.Notifier.Runs;

namespace Trainyard.Notifier.Storage;

/// <summary>The notifier's own tables, in both databases.</summary>
internal abstract class NotifierContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Delivery> Deliveries => Set<Delivery>();

    public DbSet<TrackedRun> Runs => Set<TrackedRun>();

    public DbSet<Bookmark> Bookmarks => Set<Bookmark>();

    /// <summary>Inserts a delivery, unless its channel has one with the same key.</summary>
    public Task<int> AddOnceAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var (channel, kind) = (Word(delivery.Channel), Word(delivery.Kind));
        var (created, due) = (UnixTime.ToMilliseconds(delivery.CreatedAt), UnixTime.ToMilliseconds(delivery.DueAt ?? delivery.CreatedAt));
        return Database.ExecuteSqlAsync(
            $"""
            INSERT INTO deliveries (id, channel, kind, "key", run_id, content, created_at, version, sent_version, due_at, claims, failures,
                held, given_up)
            VALUES ({delivery.Id}, {channel}, {kind}, {delivery.Key}, {delivery.RunId}, {delivery.Content}, {created}, {delivery.Version},
                0, {due}, 0, 0, {false}, {false})
            ON CONFLICT (channel, "key") DO NOTHING
            """,
            cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixTime>();
        configurationBuilder.Properties<ChannelKind>().HaveConversion<Words<ChannelKind>>();
        configurationBuilder.Properties<DeliveryKind>().HaveConversion<Words<DeliveryKind>>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Delivery>(delivery =>
        {
            delivery.ToTable("deliveries");
            delivery.HasIndex(row => new { row.Channel, row.Key }).IsUnique();
            delivery.HasIndex(row => row.RunId);
            delivery.HasIndex(row => row.CreatedAt);
            delivery.HasIndex(row => row.DueAt).HasFilter("due_at IS NOT NULL");
        });
        modelBuilder.Entity<TrackedRun>(run =>
        {
            run.ToTable("runs").HasKey(row => row.RunId);
            run.HasIndex(row => row.UpdatedAt);
        });
        modelBuilder.Entity<Bookmark>(bookmark => bookmark.ToTable("bookmarks").HasKey(row => row.Name));
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private sealed class Words<T>() : ValueConverter<T, string>(
        value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()),
        word => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), true))
        where T : struct, Enum;
}

/// <summary>Times as milliseconds since 1970, which both databases compare.</summary>
internal sealed class UnixTime() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds))
{
    public static long ToMilliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}

/// <summary>A time to remember.</summary>
internal sealed class Bookmark
{
    /// <summary>The notifier's first start. What happened before is not notified about.</summary>
    public const string FirstStart = "first_start";

    public required string Name { get; init; }

    public required DateTimeOffset Time { get; set; }
}

/// <summary>Opens contexts of the configured database.</summary>
internal sealed class NotifierContexts(Func<NotifierContext> open)
{
    public NotifierContext Open() => open();
}
