using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Queries;

public static class QueryLimit
{
    /// <summary>The largest page of most lists.</summary>
    public const int MaxPageSize = 1000;

    /// <exception cref="TrainyardException">CONFIG_INVALID if the limit is not from 1 to <paramref name="max"/>.</exception>
    public static int Of(int? requested, int defaultLimit, int max, string name = "limit") => requested switch
    {
        null => defaultLimit,
        >= 1 when requested <= max => requested.Value,
        _ => throw new TrainyardException(ErrorCode.ConfigInvalid, [new(name, $"must be from 1 to {max}, not {requested}")]),
    };
}
