using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>The files the trainer writes and goes on from. Over HTTP they can be read, not changed.</summary>
internal static class TrainerFiles
{
    private const string Manifest = "manifest.json";

    private static readonly string[] OwnNames =
    [
        "model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "logs.jsonl", "checkpoints", "eval", ".tmp-attempts",
    ];

    /// <param name="kind">Whose run it is.</param>
    /// <param name="path">Below the run's folder, without detours.</param>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN.</exception>
    public static void RequireNone(RunKind kind, string path)
    {
        var name = path.Split('/', 2)[0];
        // A manifest makes a folder one of a run the trainer made. Some file systems take upper and lower case for the same.
        if (Is(name, Manifest) || (kind is RunKind.Own && Array.Exists(OwnNames, own => Is(name, own))))
        {
            throw new TrainyardException(ErrorCode.PathForbidden, $"'{name}' is the trainer's own. Give the file another name.");
        }
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
