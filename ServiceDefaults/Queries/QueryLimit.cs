using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Queries;

public static class QueryLimit
{
    /// <summary>How many rows a request asks for.</summary>
    /// <exception cref="TrainyardException">CONFIG_INVALID when it is not from 1 to <paramref name="max"/>.</exception>
    public static int Of(int? requested, int usual, int max, string name = "limit") => requested switch
    {
        null => usual,
        >= 1 when requested <= max => requested.Value,
        _ => throw new TrainyardException(ErrorCode.ConfigInvalid, [new(name, $"must be from 1 to {max}, not {requested}")]),
    };
}
