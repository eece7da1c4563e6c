using System.Text;
using Trainyard.Contracts.Events;

namespace Trainyard.ExperimentStore.Tests.Media;

/// <summary>Media events as ingest sends them to the store.</summary>
internal static class Medium
{
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    public static MediaLogged Image(string run, string name, long? step, int index = 0, int? attempt = null, byte[]? content = null) =>
        Of(run, MediaKind.Image, name, step, content ?? Png, "image/png") with { Index = index, Attempt = attempt, Width = 1, Height = 1 };

    public static MediaLogged Text(string run, string name, long? step, string text, int? attempt = null) =>
        Of(run, MediaKind.Text, name, step, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8") with { Attempt = attempt };

    public static MediaLogged Histogram(string run, string name, long? step, string json) =>
        Of(run, MediaKind.Histogram, name, step, Encoding.UTF8.GetBytes(json), "application/json");

    public static MediaLogged Uploaded(string run, string name, long? step, string path) => new()
    {
        EventId = Guid.NewGuid(),
        RunId = run,
        Time = Event.Noon,
        Kind = MediaKind.Image,
        Name = name,
        Step = step,
        Path = path,
    };

    private static MediaLogged Of(string run, MediaKind kind, string name, long? step, byte[] content, string type) => new()
    {
        EventId = Guid.NewGuid(),
        RunId = run,
        Time = Event.Noon,
        Kind = kind,
        Name = name,
        Step = step,
        Content = content,
        ContentType = type,
    };
}
