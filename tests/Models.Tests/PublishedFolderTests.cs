using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Trainyard.Models.Checkpoints;
using Trainyard.Models.Families;
using Trainyard.Models.Optimization;
using Trainyard.Models.Tests.Reference;
using Trainyard.Models.Training;

namespace Trainyard.Models.Tests;

/// <summary>Folders that the trainer writes, read by a program that shares no code with it.</summary>
public sealed class PublishedFolderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Scratch scratch = new();

    public static TheoryData<string> Models => ReferenceModel.Names;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public async Task JavaScript_reads_a_checkpoint_with_the_names_and_shapes_of_transformers(string name)
    {
        using var model = LanguageModel.Create(ReferenceModel.Named(name).Shape, seed: 3);
        using var optimizer = new AdamW(model.Parameters, weightDecay: 0);
        var store = new CheckpointStore(scratch["checkpoints"]);
        using var writer = new CheckpointWriter(store, seed: 3);
        writer.Begin(model.Shape, new(model.Parameters, optimizer.State), new TrainingState { Step = 1 }, started: 0);
        writer.Take(wait: true);

        var read = await ReadAsync(store.PathOf(1));

        Assert.Empty(read["problems"]?.AsArray().Select(problem => $"{problem}") ?? ["no answer"]);
        Assert.Equal(model.Shape.Parameters().Count(), read["tensors"]?.GetValue<int>());
    }

    private static async Task<JsonNode> ReadAsync(string folder)
    {
        using var process = Start(folder);
        using var timeout = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(timeout.Token), process.StandardError.ReadToEndAsync(timeout.Token));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
        Assert.True(process.ExitCode == 0, await error);
        return JsonNode.Parse(await output) ?? throw new InvalidDataException("Node answered null.");
    }

    private static Process Start(string folder, [CallerFilePath] string path = "")
    {
        var script = Path.Combine(Path.GetDirectoryName(path) ?? "", "Reference", "read-model.mjs");
        try
        {
            return Process.Start(new ProcessStartInfo("node", [script, folder])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }) ?? throw new InvalidOperationException("Node did not start.");
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not installed, so no program in JavaScript can read the folder.");
            throw;
        }
    }
}
