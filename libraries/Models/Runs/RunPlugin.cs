namespace Trainyard.Models.Runs;

/// <summary>The plugin that brought a run's model family.</summary>
/// <param name="Name">The plugin's name.</param>
/// <param name="Version">Its version, as it says itself.</param>
/// <param name="Assembly">The file name of its assembly.</param>
/// <param name="Sha256">Of the assembly.</param>
public sealed record RunPlugin(string Name, string Version, string Assembly, string Sha256);
