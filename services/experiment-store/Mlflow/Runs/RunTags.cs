using Trainyard.ExperimentStore.Runs;

namespace Trainyard.ExperimentStore.Mlflow.Runs;

/// <summary>MLflow's tags that are fields of a run in Trainyard. They are read from and written to the field.</summary>
internal static class RunTags
{
    public const string User = "mlflow.user";
    public const string Name = "mlflow.runName";
    public const string Note = "mlflow.note.content";
    public const string LoggedModels = "mlflow.log-model.history";
    public const int MaxNoteCharacters = 65_536;

    private const int MaxRunNameCharacters = 256;

    /// <summary>The attribute of runs that holds a tag; null for an ordinary tag.</summary>
    public static string? AttributeOf(string tag) => tag switch
    {
        Name => "name",
        Note => "notes",
        _ => null,
    };

    public static IEnumerable<(string Key, string Value)> OfFields(Run run)
    {
        yield return (Name, run.Name);
        if (run.Notes is { } note)
        {
            yield return (Note, note);
        }
    }

    public static void SetField(Run run, string tag, string value)
    {
        if (tag == Name)
        {
            run.Name = value.Length == 0 ? run.Name : Cut(value, MaxRunNameCharacters);
        }
        else
        {
            run.Notes = Cut(value, MaxNoteCharacters);
        }
    }

    public static string Cut(string text, int maxCharacters) => Storage.StorableText.Clean(text, maxCharacters);
}
