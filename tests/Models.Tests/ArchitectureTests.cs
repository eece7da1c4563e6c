using NetArchTest.Rules;
using Trainyard.Models.Families;

namespace Trainyard.Models.Tests;

/// <summary>The order of the library's folders, as docs/models.md draws it.</summary>
public class ArchitectureTests
{
    // A folder may use the folders before it, never those after it.
    private static readonly string[] Folders =
    [
        "Compute", "Storage", "Data", "Families", "Scoring", "Optimization", "Parametrization", "Training", "Runs", "Checkpoints",
        "Generation", "Tasks", "Loop", "Evaluation", "LanguageModels", "Rotary", "Gpt2", "Llama", "Qwen", "Digits", "Pipeline",
    ];

    public static TheoryData<string> FoldersOfTheLibrary => [.. Folders];

    [Fact]
    public void Every_folder_has_its_place_in_the_order() => Assert.Equal(
        Folders.Order(StringComparer.Ordinal),
        typeof(ModelFamily).Assembly.GetTypes()
            .Select(type => type.Namespace?.Split('.'))
            .OfType<string[]>()
            .Where(parts => parts is ["Trainyard", "Models", _, ..])
            .Select(parts => parts[2])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(FoldersOfTheLibrary))]
    public void A_folder_knows_only_those_before_it(string folder)
    {
        string[] later = [.. Folders.SkipWhile(other => other != folder).Skip(1).Select(NamespaceOf)];
        if (later.Length == 0)
        {
            return;
        }
        var verdict = Types.InAssembly(typeof(ModelFamily).Assembly)
            .That().ResideInNamespace(NamespaceOf(folder))
            .ShouldNot().HaveDependencyOnAny(later)
            .GetResult();

        Assert.True(verdict.IsSuccessful,
            $"These know a folder behind {folder}: {string.Join(", ", verdict.FailingTypes.Select(type => type.FullName))}.");
    }

    private static string NamespaceOf(string folder) => $"Trainyard.Models.{folder}";
}
