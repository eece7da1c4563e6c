using Trainyard.Contracts.Errors;
using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Artifacts;

/// <summary>The files that the trainer writes and resumes from. Over HTTP they are read-only.</summary>
internal static class TrainerFiles
{
    private const string Manifest = "manifest.json";

    private static readonly string[] OwnNames =
    [
        "model.safetensors", "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "logs.jsonl", "checkpoints", "eval", ".tmp-attempts",
    ];

    /// <summary>Rejects a normalized path, relative to the run's folder, that names a trainer's file.</summary>
    /// <exception cref="TrainyardException">PATH_FORBIDDEN.</exception>
    public static void RequireNone(RunKind kind, string path)
    {
        var name = path.Split('/', 2)[0];
        // A manifest marks the folder of a run that the trainer made. Some file systems ignore case.
        if (Is(name, Manifest) || (kind is RunKind.Own && Array.Exists(OwnNames, own => Is(name, own))))
        {
            throw new TrainyardException(ErrorCode.PathForbidden, $"'{name}' is reserved for the trainer. Use another name.");
        }
    }

    private static bool Is(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
