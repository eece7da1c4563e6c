using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trainyard.Harness;

namespace Trainyard.Backups.Tests;

public sealed class BackupScheduleTests : IDisposable
{
    private readonly SampleData data = new();
    private readonly FakeTimeProvider time = new(new(2026, 11, 23, 7, 8, 9, TimeSpan.Zero));

    [Fact]
    public async Task A_schedule_keeps_the_newest_backups()
    {
        var first = data.At("kept/trainyard-20261123T070809000Z");
        using var schedule = Schedule(data.At("kept"), () => new Backup(data.Paths, data, "1.2.3", time));

        await schedule.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => BackupManifest.IsIn(first));
        await Wait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return !Directory.Exists(first);
        });
        await schedule.StopAsync(TestContext.Current.CancellationToken);

        var kept = Directory.GetDirectories(data.At("kept"), "trainyard-*");
        Assert.Equal(2, kept.Length);
        Assert.All(kept, backup => new Restore(data).Verify(backup));
    }

    [Fact]
    public async Task A_failed_backup_is_tried_again()
    {
        var tries = 0;
        using var schedule = Schedule(data.At("kept"), () => ++tries == 1
            ? throw new BackupException("not now.")
            : new Backup(data.Paths, data, "1.2.3", time));

        await schedule.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return Directory.Exists(data.At("kept")) && Directory.GetDirectories(data.At("kept"), "trainyard-*").Length == 1;
        });
        await schedule.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, tries);
    }

    [Fact]
    public async Task A_backup_taken_while_the_clock_was_ahead_delays_none_and_is_deleted_first()
    {
        var right = time.GetUtcNow();
        var backup = new Backup(data.Paths, data, "1.2.3", time);
        foreach (var days in (int[])[-2, -1, 365])
        {
            backup.Take(data.At($"kept/trainyard-{right.AddDays(days):yyyyMMdd'T'HHmmssfff'Z'}"), since: null, CancellationToken.None);
        }
        using var schedule = Schedule(data.At("kept"), () => backup);

        await schedule.StartAsync(TestContext.Current.CancellationToken);
        var now = data.At("kept/trainyard-20261123T070809000Z");
        await Wait.UntilAsync(() => BackupManifest.IsIn(now) && Directory.GetDirectories(data.At("kept")).Length == 2);
        await schedule.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [data.At("kept/trainyard-20261122T070809000Z"), now],
            Directory.GetDirectories(data.At("kept")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_long_interval_is_waited_for_in_parts()
    {
        var first = data.At("kept/trainyard-20261123T070809000Z");
        using var schedule = Schedule(data.At("kept"), () => new Backup(data.Paths, data, "1.2.3", time), TimeSpan.FromDays(365));

        await schedule.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => BackupManifest.IsIn(first));
        await Wait.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromDays(30));
            return Directory.GetDirectories(data.At("kept"), "trainyard-*").Length == 2;
        });
        await schedule.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(time.GetUtcNow() >= new DateTimeOffset(2027, 11, 23, 7, 8, 9, TimeSpan.Zero));
    }

    [Fact]
    public async Task Nothing_is_backed_up_without_a_folder()
    {
        using var schedule = Schedule(folder: null, () => throw new InvalidOperationException("No backup is due."));

        await schedule.StartAsync(TestContext.Current.CancellationToken);

        await (schedule.ExecuteTask ?? Task.CompletedTask);
    }

    public void Dispose() => data.Dispose();

    private BackupSchedule Schedule(string? folder, Func<Backup> open, TimeSpan? every = null) => new(
        open, Options.Create(new BackupOptions { Folder = folder, Keep = 2, Every = every ?? TimeSpan.FromDays(1) }), time,
        NullLogger<BackupSchedule>.Instance);
}
