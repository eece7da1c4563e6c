using Trainyard.Contracts;
using Trainyard.Contracts.Events;
using Trainyard.ExperimentStore.Media;
using Trainyard.ExperimentStore.Metrics;
using Trainyard.MediaFiles;
using Trainyard.RunFormats;

namespace Trainyard.ExperimentStore.Transfer.Importing;

/// <summary>Checks imported media by the rules that hold for events over HTTP, and recognises their content.</summary>
internal static class ImportedMedia
{
    /// <returns>The media with the type of its content; null, and reported, if it can't be stored.</returns>
    public static MediaLogged? Check(MediaLogged media, string? file, SourceReport report)
    {
        if (media.Step is { } step && !WholeNumber.IsStep(step))
        {
            report.LeaveOut($"a step {WholeNumber.StepRule}", $"{step}", media.Name, file);
            return null;
        }
        if (!PointWriter.IsName(media.Name))
        {
            report.LeaveOut($"a name has 1 to {PointWriter.MaxNameCharacters} characters", $"{media.Name.Length}", media.Name, file);
            return null;
        }
        if (media.Content is not { } content)
        {
            return media;
        }
        if (content.Length > MediaLimits.MaxContentBytes)
        {
            report.LeaveOut($"media have at most {MediaLimits.MaxContentBytes} bytes", $"{content.Length}", media.Name, file);
            return null;
        }
        try
        {
            var format = MediaContent.Inspect(media.Kind, content);
            return media with { ContentType = format.ContentType, Width = format.Width, Height = format.Height };
        }
        catch (InvalidMediaException fault)
        {
            report.LeaveOut($"content {fault.Message}", $"what the {MediaKinds.WordOf(media.Kind)} has", media.Name, file);
            return null;
        }
    }
}
