namespace Trainyard.Bench.Training;

/// <summary>A text of 40,000 lines with a vocabulary of 3,000 words, always the same.</summary>
internal static class SyntheticText
{
    public static void Write(string path)
    {
        var random = new Random(1);
        string[] words = [.. Enumerable.Range(0, 3000).Select(index => $"w{index:x}")];
        File.WriteAllLines(path, Enumerable.Range(0, 40_000).Select(_ => string.Join(' ', random.GetItems(words, 12))));
    }
}
