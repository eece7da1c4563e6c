using Trainyard.Contracts.Errors;
using Trainyard.Contracts.Evaluation;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.TrainerWorker.Training;

/// <summary>Reads the prompts of evaluations.</summary>
internal static class PromptFiles
{
    private static readonly string[] NewDocument = [""];

    /// <summary>The prompts of a request, else the lines of its file, else a single empty one.</summary>
    /// <exception cref="TrainyardException">The file can't be read, or has no prompt, too many or too long ones.</exception>
    public static IReadOnlyList<string> Prompts(this AppPaths paths, IReadOnlyList<string>? given, string? file, string field)
    {
        if (file is null)
        {
            return given is { Count: > 0 } ? given : NewDocument;
        }
        var lines = File.ReadLines(paths.ResolveInput(file, field))
            .Where(line => line.Length > 0)
            .Take(PromptLimits.MaxPrompts + 1)
            .ToList();
        return lines.Count is > 0 and <= PromptLimits.MaxPrompts && lines.TrueForAll(line => line.Length <= PromptLimits.MaxLength)
            ? lines
            : throw new TrainyardException(ErrorCode.ConfigInvalid,
                [new(field, $"must name a file of 1 to {PromptLimits.MaxPrompts} lines of at most {PromptLimits.MaxLength} characters")]);
    }
}
