using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Trainyard.Contracts.Json;
using Trainyard.ExperimentStore.Mlflow.Protocol;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>Adds parameters to the config of a run whose row is locked. A parameter never changes.</summary>
internal static class ParamWriter
{
    /// <returns>Messages about values that were cut, for the run's log. MLflow's server cuts them too.</returns>
    /// <exception cref="MlflowException">A parameter has another value already, or the run has too many.</exception>
    public static async Task<List<string>> AddAsync(
        StoreContext db, Run run, IReadOnlyList<KeyValue> given, CancellationToken cancellationToken)
    {
        if (given.Count == 0)
        {
            return [];
        }
        var cut = given.Where(param => param.Value.Length > MlflowLimits.MaxParamCharacters).Select(param =>
            $"Param '{param.Key}' was cut from {param.Value.Length} to {MlflowLimits.MaxParamCharacters} characters.").ToList();
        var names = given.Select(param => param.Key).ToList();
        var known = await db.Params.Where(param => param.RunId == run.Id && names.Contains(param.Name))
            .ToDictionaryAsync(param => param.Name, param => param.Text, StringComparer.Ordinal, cancellationToken);
        var added = new List<KeyValue>();
        foreach (var (name, value) in given.Select(param => (param.Key, StorableText.Clean(param.Value, MlflowLimits.MaxParamCharacters))))
        {
            if (!known.TryGetValue(name, out var stored))
            {
                added.Add(new(name, value));
            }
            else if (stored != value)
            {
                throw MlflowException.Invalid(
                    $"Changing param values is not allowed. Param with key='{name}' was already logged with value='{stored}' for run "
                    + $"ID='{run.Id}'. Attempted logging new value '{value}'.");
            }
        }
        if (added.Count > 0)
        {
            await RequireRoomAsync(db, run, added.Count, cancellationToken);
            run.Config = Extend(run.Config, added);
        }
        return cut;
    }

    private static async Task RequireRoomAsync(StoreContext db, Run run, int added, CancellationToken cancellationToken)
    {
        if (await db.Params.CountAsync(param => param.RunId == run.Id, cancellationToken) + added > RunParam.MaxPerRun)
        {
            throw MlflowException.Invalid($"Run {run.Id} would have more than {RunParam.MaxPerRun} params.");
        }
    }

    /// <summary>
    /// Appends members to the text of a JSON object, which keeps what other programs wrote as it is. A config that is no object moves below
    /// <c>config</c>.
    /// </summary>
    private static string Extend(string? config, List<KeyValue> added)
    {
        var members = string.Join(',', added.Select(param => $"{Quoted(param.Key)}:{Quoted(param.Value)}"));
        if (config is null)
        {
            return $"{{{members}}}";
        }
        using var document = JsonDocument.Parse(config);
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            return $"{{\"config\":{config},{members}}}";
        }
        var open = config.AsSpan().TrimEnd()[..^1].TrimEnd();
        var extended = new StringBuilder(open.Length + members.Length + 2).Append(open);
        return extended.Append(open[^1] == '{' ? "" : ",").Append(members).Append('}').ToString();
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, WireJson.Options);
}
