using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>A system that faults strike.</summary>
public interface IStruckSystem
{
    /// <summary>Where people and programs reach it.</summary>
    Uri Address { get; }

    /// <summary>The folder of the artifacts.</summary>
    string Artifacts { get; }

    /// <summary>A tokenizer that is trained.</summary>
    string Tokenizer { get; }

    /// <summary>The processes that run, or would if they had not ended.</summary>
    IEnumerable<TrainyardProcess> Processes { get; }

    /// <summary>Every process that runs or ran.</summary>
    IReadOnlyCollection<TrainyardProcess> Ever { get; }

    /// <summary>How much later than everything else an event may be stored: a message may wait on the broker.</summary>
    TimeSpan Stragglers { get; }

    /// <summary>Puts another in the place of one that has ended, at the same address.</summary>
    Task ReplaceAsync(TrainyardProcess ended, IReadOnlyDictionary<string, string>? environment = null);

    /// <summary>Lets it work for a while before the next fault strikes what the last one struck, where nothing else of it works.</summary>
    Task WorkAsync(TimeSpan duration);

    /// <summary>Returns once every host says that it and all it needs are well.</summary>
    Task ReadyAsync();
}
