using System.Text.Json;
using Trainyard.Contracts.Json;

namespace Trainyard.ExperimentStore.Live;

/// <summary>A message for any number of subscribers. Its JSON is serialized once for all of them.</summary>
internal sealed class Announcement(LiveMessage message)
{
    private byte[]? json;

    public LiveMessage Message => message;

    public byte[] Json => json ??= JsonSerializer.SerializeToUtf8Bytes(message, WireJson.Options);
}
