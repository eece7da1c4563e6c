using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Search;

/// <summary>One hyperparameter of a run, taken out of its config so that runs can be found and ordered by it.</summary>
internal sealed class RunParam : IOfRun
{
    public const int MostNameCharacters = 250;
    public const int MostTextCharacters = 6000;
    public const int MostOfARun = 1000;

    public required string RunId { get; init; }

    /// <summary>Nested names are joined by dots.</summary>
    public required string Name { get; init; }

    public required string Text { get; init; }

    /// <summary>The number it is or reads as, if it is a finite one.</summary>
    public double? Number { get; init; }

    public static void Configure(EntityTypeBuilder<RunParam> param)
    {
        param.ToTable("run_params").HasKey(row => new { row.RunId, row.Name });
        param.HasIndex(row => new { row.Name, row.Number, row.RunId }).HasFilter("number IS NOT NULL");
    }

    /// <summary>Writes the parameters of every run whose config this context is about to save.</summary>
    public static async Task FollowConfigsAsync(StoreContext db, CancellationToken cancellationToken)
    {
        var changed = db.ChangeTracker.Entries<Run>()
            .Where(run => run.State is EntityState.Added || (run.State is EntityState.Modified && run.Property(row => row.Config).IsModified))
            .ToList();
        foreach (var run in changed)
        {
            if (run.State is EntityState.Modified)
            {
                await db.Params.Where(param => param.RunId == run.Entity.Id).ExecuteDeleteAsync(cancellationToken);
                db.Params.Local.Where(param => param.RunId == run.Entity.Id).ToList().ForEach(param => db.Entry(param).State = EntityState.Detached);
            }
            db.Params.AddRange(Of(run.Entity.Id, run.Entity.Config));
        }
    }

    /// <summary>The parameters in a config. Null is none; a list is one, as its JSON; of more than a run may have, the first are kept.</summary>
    public static IReadOnlyList<RunParam> Of(string runId, string? config)
    {
        var found = new Dictionary<string, RunParam>(StringComparer.Ordinal);
        if (config is not null)
        {
            using var document = JsonDocument.Parse(config);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
            {
                Add(document.RootElement, "");
            }
        }
        return [.. found.Values];

        void Add(JsonElement element, string prefix)
        {
            foreach (var member in element.EnumerateObject())
            {
                if (Unescaped(() => member.Name) is not { } last || prefix.Length + last.Length is not (> 0 and <= MostNameCharacters))
                {
                    continue;
                }
                var name = StorableText.Clean(prefix + last, MostNameCharacters);
                if (member.Value.ValueKind is JsonValueKind.Object)
                {
                    Add(member.Value, name + ".");
                }
                else if (member.Value.ValueKind is not JsonValueKind.Null && found.Count < MostOfARun)
                {
                    found.TryAdd(name, Make(name, member.Value));
                }
            }
        }

        RunParam Make(string name, JsonElement value)
        {
            var text = StorableText.Clean((value.ValueKind is JsonValueKind.String ? Unescaped(value.GetString) : null) ?? value.GetRawText(), MostTextCharacters);
            return new() { RunId = runId, Name = name, Text = text, Number = NumberOf(text) };
        }
    }

    public static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>Null for a text with half of a surrogate pair, which JSON can escape but .NET will not read.</summary>
    private static string? Unescaped(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
