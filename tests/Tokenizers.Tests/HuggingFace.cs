using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(Trainyard.Tokenizers.Tests.HuggingFace))]

namespace Trainyard.Tokenizers.Tests;

/// <summary>Hugging Face's own library, asked through its native npm package.</summary>
public sealed class HuggingFace : IAsyncLifetime
{
    private static readonly string _folder = Path.Combine(SourceFolder(), "huggingface");
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        if (await MissingProgram("node") is { } node)
        {
            _missing = node;
        }
        else if (!Directory.Exists(Path.Combine(_folder, "node_modules", "@huggingface"))
            && (_missing = await MissingProgram("npm")) is null)
        {
            await Run("npm", ["ci", "--no-audit", "--no-fund"], input: "");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Task<HuggingFaceEncoding[]> Encode(string tokenizer, string[] texts, bool addSpecialTokens = false) =>
        Ask<HuggingFaceEncoding[]>(new { command = "encode", tokenizer, texts, addSpecialTokens });

    /// <summary>The words that a tokenizer splits texts into, in the printable stand-ins of their bytes.</summary>
    internal Task<string[][]> Split(string tokenizer, string[] texts) => Ask<string[][]>(new { command = "split", tokenizer, texts });

    /// <summary>Encodes and decodes with transformers.js, which loads a tokenizer from its folder.</summary>
    internal Task<HuggingFaceEncoding[]> Transform(string folder, string[] texts) =>
        Ask<HuggingFaceEncoding[]>(new { command = "transform", folder, texts });

    internal Task<string[]> Normalize(TextNormalization form, string[] texts) =>
        Ask<string[]>(new { command = "normalize", form = form.ToString(), texts });

    internal Task<string[]> Lowercase(string[] texts) => Ask<string[]>(new { command = "lowercase", texts });

    /// <summary>
    /// Trains on files line by line with the pattern of the tokenizer <paramref name="like"/> and the binding's fixed settings (30,000
    /// tokens, no special tokens, every pair); gives the merges it wrote to <paramref name="output"/>.
    /// </summary>
    internal Task<string[][]> TrainOnLines(string output, string like, params string[] files) =>
        Ask<string[][]>(new { command = "train", files, output, like });

    /// <summary>Likewise on whole documents, in which <paramref name="newline"/> stands for a newline.</summary>
    internal Task<string[][]> TrainOnDocuments(string output, string like, char newline, params string[] files) =>
        Ask<string[][]>(new { command = "train", files, newline, output, like });

    private async Task<T> Ask<T>(object request)
    {
        if (_missing is not null)
        {
            Assert.Skip(_missing);
        }

        var answer = Path.GetTempFileName();
        try
        {
            var fields = JsonSerializer.SerializeToNode(request, _json)?.AsObject() ?? [];
            fields["answer"] = answer;
            await Run("node", ["encode.mjs"], fields.ToJsonString());
            return JsonSerializer.Deserialize<T>(
                await File.ReadAllTextAsync(answer), _json) ?? throw new InvalidDataException("Node answered null.");
        }
        finally
        {
            File.Delete(answer);
        }
    }

    private static async Task<string?> MissingProgram(string name)
    {
        try
        {
            await Run(name, ["--version"], input: "");
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{name} is not installed, so Hugging Face's library can't be asked.";
        }
    }

    private static async Task Run(string program, string[] arguments, string input)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timeout.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed: {await output}{await error}");
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path) ?? "";
}

internal sealed record HuggingFaceEncoding(int[] Ids, string[] Tokens, string Text);
