using Trainyard.Contracts.Events;
using Trainyard.MediaFiles.Values;

namespace Trainyard.ExperimentStore.Media;

/// <summary>The items of one name and kind.</summary>
/// <param name="Name">Their name.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Items">The number of items.</param>
/// <param name="Steps">The number of steps that have any.</param>
/// <param name="FirstStep">The first of these steps.</param>
/// <param name="LastStep">The last of these steps.</param>
internal sealed record MediaSummary(string Name, MediaKind Kind, long Items, long Steps, long FirstStep, long LastStep);

/// <summary>The media of a run, by name and kind.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Media">A summary for each name and kind, ordered by name.</param>
/// <param name="Truncated">True if there are more than listed.</param>
internal sealed record MediaList(string RunId, IReadOnlyList<MediaSummary> Media, bool Truncated);

/// <summary>The steps at which items of one name and kind were logged.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Their name.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Steps">Ascending; evenly thinned beyond <c>max_steps</c>, with the first and the last.</param>
/// <param name="TotalSteps">The number of steps before thinning.</param>
internal sealed record MediaStepList(string RunId, string Name, MediaKind Kind, IReadOnlyList<long> Steps, long TotalSteps);

/// <summary>An item.</summary>
/// <param name="Id">Its id, which its content is read by.</param>
/// <param name="Index">Its position among the items of its step.</param>
/// <param name="Caption">What a person should know about it.</param>
/// <param name="Attempt">The attempt that logged it.</param>
/// <param name="Time">When it was logged.</param>
/// <param name="ContentType">Its MIME type; null for an uploaded file, whose type is recognised when it is read.</param>
/// <param name="Size">Bytes; null for an uploaded file.</param>
/// <param name="Width">Pixels of an image's row; null if unknown.</param>
/// <param name="Height">Rows of an image; null if unknown.</param>
/// <param name="Path">The uploaded file, below the run's artifacts; null if the content was logged.</param>
internal sealed record MediaView(
    long Id, int Index, string? Caption, int Attempt, DateTimeOffset Time, string? ContentType, long? Size, int? Width, int? Height,
    string? Path);

/// <summary>The items of one name, kind and step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">Their name.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Step">The nearest step at or before the requested one; the first one if there is none before.</param>
/// <param name="Items">Ordered by index.</param>
/// <param name="Truncated">True if the step has more items.</param>
internal sealed record MediaAtStep(
    string RunId, string Name, MediaKind Kind, long Step, IReadOnlyList<MediaView> Items, bool Truncated);

/// <summary>A histogram at a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Histogram">The item with the lowest index.</param>
internal sealed record HistogramAtStep(long Step, Histogram Histogram);

/// <summary>How a distribution changes from step to step.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Name">The name of its histograms.</param>
/// <param name="Histograms">Ordered by step; evenly thinned beyond <c>max_steps</c>, with the first and the last.</param>
/// <param name="TotalSteps">The number of steps before thinning.</param>
internal sealed record HistogramHistory(string RunId, string Name, IReadOnlyList<HistogramAtStep> Histograms, long TotalSteps);
