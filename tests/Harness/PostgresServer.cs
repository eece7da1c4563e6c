using DotNet.Testcontainers.Containers;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Trainyard.Harness;

/// <summary>Postgres, unless <see cref="Durable"/> without fsync: tests commit often and no test cuts the power.</summary>
public sealed class PostgresServer : Server
{
    private static readonly string[] Careful = ["-c", "max_connections=200", "-c", "shared_buffers=1GB", "-c", "max_wal_size=8GB"];

    private static readonly string[] Hurried =
        ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200"];

    /// <summary>Whether a commit is on the disk when it returns, as it is for users: what a benchmark measures.</summary>
    public bool Durable { get; init; }

    private string[] Settings => Durable ? Careful : Hurried;

    /// <summary>Creates a database for one test.</summary>
    /// <param name="template">The connection string of the database to copy, which nobody may be connected to; empty when null.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var database = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = $"test_{Guid.NewGuid():N}", MaxPoolSize = 20 };
        var source = template is null ? "template1" : new NpgsqlConnectionStringBuilder(template).Database;
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"""CREATE DATABASE "{database.Database}" TEMPLATE "{source}" """, connection);
        await create.ExecuteNonQueryAsync();
        return database.ConnectionString;
    }

    public override (string Host, int Port) Endpoint =>
        new NpgsqlConnectionStringBuilder(ConnectionString) is { Host: { } host } parts ? (host, parts.Port) : default;

    public override string ConnectionStringThrough(int port) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Host = "127.0.0.1", Port = port }.ConnectionString;

    protected override IContainer CreateContainer() =>
        new PostgreSqlBuilder("postgres:18.3").WithPassword(Password).WithCommand(Settings).Build();

    protected override string ConnectionStringOf(IContainer started) => ((PostgreSqlContainer)started).GetConnectionString();

    protected override string? FindBinary() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal)
            .Select(version => $"{version}/bin/postgres").LastOrDefault(File.Exists)
        : null;

    private protected override async Task<(NativeServer Server, string ConnectionString)> StartNativeAsync(string binary)
    {
        const string User = "postgres";
        var (port, folder) = (FreePort.Next(), NativeServer.CreateFolder("postgres"));
        var data = Path.Combine(folder, "data");
        if (NativeServer.IsRoot)
        {
            await NativeServer.RunAsync("chown", User, folder);
        }
        var initdb = Path.Combine(Path.GetDirectoryName(binary) ?? "", "initdb");
        await NativeServer.RunAsync(
            NativeServer.As(User, initdb, "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        var server = NativeServer.Start(folder,
            NativeServer.As(
                User,
                [
                    binary, "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={folder}",
                    .. Settings,
                ]),
            stopSignal: "QUIT");
        var connectionString = $"Host=127.0.0.1;Port={port};Username={User};Password={Password};Database={User}";
        await server.UntilAsync(() => AnswersAsync(connectionString));
        return (server, connectionString);
    }

    private protected override async Task<bool> AnswersAsync(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
