using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>Times as microseconds since 1970: the resolution of Postgres, and comparable in SQLite.</summary>
internal static class UnixTime
{
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    internal sealed class Converter() : ValueConverter<DateTimeOffset, long>(
        time => ToMicroseconds(time), microseconds => FromMicroseconds(microseconds));
}
