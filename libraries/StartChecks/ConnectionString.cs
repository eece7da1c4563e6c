using Npgsql;
using RabbitMQ.Client;
using StackExchange.Redis;
using Trainyard.Contracts;

namespace Trainyard.StartChecks;

/// <summary>Checks the connection strings of the servers, with the parsers of the clients that use them.</summary>
public static class ConnectionString
{
    /// <summary>Says what is wrong with a connection string. The value may hold a password, so the message does not repeat it.</summary>
    /// <param name="server">
    /// <see cref="ResourceNames.Trials"/>, <see cref="ResourceNames.RabbitMq"/> or <see cref="ResourceNames.Redis"/>.
    /// </param>
    /// <param name="value">The connection string; empty if it is not set.</param>
    /// <returns>A sentence that names the setting; null if the client can read the value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such server.</exception>
    public static string? Error(string server, string value)
    {
        var (example, names) = server switch
        {
            ResourceNames.Trials => ("Host=localhost;Username=postgres;Password=secret", (Func<string, bool>)NamesPostgres),
            ResourceNames.RabbitMq => ("amqp://user:secret@localhost:5672/", NamesRabbitMq),
            ResourceNames.Redis => ("localhost:6379,password=secret", NamesRedis),
            _ => throw new ArgumentOutOfRangeException(nameof(server), server, "There is no such server."),
        };
        if (value.Length == 0)
        {
            return $"ConnectionStrings__{server} is not set. Set it to the {server} server, such as {example}.";
        }
        return CanRead(value, names) ? null : $"ConnectionStrings__{server} can't be read. It must be like {example}.";
    }

    private static bool CanRead(string value, Func<string, bool> names)
    {
        try
        {
            return names(value);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }

    private static bool NamesPostgres(string value) => new NpgsqlConnectionStringBuilder(value) is { Host.Length: > 0 };

    private static bool NamesRabbitMq(string value) =>
        new ConnectionFactory { Uri = new Uri(value) }.Endpoint is { HostName.Length: > 0 } && new Uri(value).Host.Length > 0;

    private static bool NamesRedis(string value) => ConfigurationOptions.Parse(value).EndPoints.Count > 0;
}
