using System.Xml.Linq;
using NetArchTest.Rules;
using Trainyard.Harness.Processes;

namespace Trainyard.ExperimentStore.Tests;

/// <summary>The order of the store's folders and of the projects, as docs/architecture.md draws it.</summary>
public class ArchitectureTests
{
    // A folder may use the folders before it, never those after it.
    private static readonly string[] Folders =
    [
        "Storage", "Live", "HostMetrics", "Runs", "Metrics", "TensorBoard", "Artifacts", "Media", "Webhooks", "Alerts", "Events",
        "Experiments", "Mlflow", "Training", "Sweeps", "Transfer", "Mirror",
    ];

    public static TheoryData<string> FoldersOfTheStore => [.. Folders];

    [Fact]
    public void Every_folder_has_its_place_in_the_order() => Assert.Equal(
        Folders.Order(StringComparer.Ordinal),
        Directory.GetDirectories(Path.Combine(Repository.Root, "services/experiment-store"))
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => char.IsUpper(folder[0]))
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_tests_of_a_folder_are_in_one_of_the_same_name() => Assert.Empty(
        Directory.GetDirectories(Path.Combine(Repository.Root, "tests/ExperimentStore.Tests"))
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => char.IsUpper(folder[0]))
            .Except(Folders, StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(FoldersOfTheStore))]
    public void A_folder_knows_only_those_before_it(string folder)
    {
        string[] later = [.. Folders.SkipWhile(other => other != folder).Skip(1).Select(NamespaceOf)];
        if (later.Length == 0)
        {
            return;
        }
        var verdict = Types.InAssembly(typeof(ExperimentStoreExtensions).Assembly)
            .That().ResideInNamespace(NamespaceOf(folder))
            .And().DoNotResideInNamespace("Trainyard.ExperimentStore.Storage.Migrations")
            .ShouldNot().HaveDependencyOnAny(later)
            .GetResult();

        Assert.True(verdict.IsSuccessful,
            $"These know a folder behind {folder}: {string.Join(", ", verdict.FailingTypes.Select(type => type.FullName))}.");
    }

    [Fact]
    public void Libraries_know_no_service_and_services_not_each_other()
    {
        var wrong =
            from project in Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Repository.Root, project).Replace('\\', '/')
            where path.StartsWith("libraries/", StringComparison.Ordinal) || path.StartsWith("services/", StringComparison.Ordinal)
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let target = Path.GetRelativePath(Repository.Root,
                Path.GetFullPath(reference.Attribute("Include")?.Value ?? "", Path.GetDirectoryName(project) ?? "."))
            where target.StartsWith("services", StringComparison.Ordinal)
                || (path.StartsWith("libraries/", StringComparison.Ordinal) && !target.StartsWith("libraries", StringComparison.Ordinal))
            select $"{path} -> {target}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Libraries_use_no_ASP_NET_no_bus_and_no_database()
    {
        string[] foreign = ["AspNetCore", "MassTransit", "EntityFrameworkCore"];

        var wrong =
            from project in LibraryProjects()
            let content = XDocument.Load(project)
            let packages = content.Descendants("PackageReference").Select(package => package.Attribute("Include")?.Value ?? "")
            where content.Root?.Attribute("Sdk")?.Value != "Microsoft.NET.Sdk"
                || content.Descendants("FrameworkReference").Any()
                || packages.Any(package => foreign.Any(name => package.Contains(name, StringComparison.Ordinal)))
            select Path.GetFileName(project);

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_library_is_in_the_solution_and_in_the_documents()
    {
        var solution = File.ReadAllText(Repository.PathTo("Aspire.sln"));
        var page = File.ReadAllText(Repository.PathTo("docs", "architecture.md"));

        var missing = LibraryProjects().Select(project => Path.GetFileNameWithoutExtension(project))
            .Where(name => !solution.Contains($@"libraries\{name}\{name}.csproj", StringComparison.Ordinal)
                || !page.Contains($"| `libraries/{name}/`", StringComparison.Ordinal)
                    && !page.Contains($", `libraries/{name}/`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    private static string[] LibraryProjects() =>
        Directory.GetFiles(Repository.PathTo("libraries"), "*.csproj", SearchOption.AllDirectories);

    private static string NamespaceOf(string folder) => $"Trainyard.ExperimentStore.{folder}";
}
