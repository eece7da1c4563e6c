using System.Globalization;
using Npgsql;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>A database role with a password that a test can lock out or strip of its rights.</summary>
internal sealed class RestrictedRole : IAsyncDisposable
{
    private readonly string name = $"store_{Guid.NewGuid():N}";
    private readonly NpgsqlConnection admin;
    private readonly string database;

    private RestrictedRole(string admin, string database) => (this.admin, this.database) = (new(admin), database);

    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(database) { Username = name, Password = "its own" }.ConnectionString;

    /// <param name="admin">Connection string of a superuser.</param>
    /// <param name="database">Connection string of the database on which the role gets its rights.</param>
    public static async Task<RestrictedRole> CreateAsync(string admin, string database)
    {
        var role = new RestrictedRole(database, database);
        await role.admin.OpenAsync();
        await role.ExecuteAsync("CREATE ROLE {0} LOGIN PASSWORD 'its own'");
        await role.ExecuteAsync("GRANT ALL ON SCHEMA public TO {0}");
        await role.ExecuteAsync($"GRANT ALL ON DATABASE \"{role.admin.Database}\" TO {{0}}");
        await role.RequirePasswordAsync();
        return role;
    }

    /// <summary>Changes the role's rights and ends its open connections.</summary>
    public async Task DoAsync(string sql)
    {
        await ExecuteAsync(sql);
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{0}'");
    }

    public ValueTask DisposeAsync() => admin.DisposeAsync();

    /// <summary>The tests' server requires no password. A rule before the general one requires it for this role.</summary>
    private async Task RequirePasswordAsync()
    {
        await using var read = new NpgsqlCommand("SELECT pg_read_file(current_setting('hba_file')), current_setting('hba_file')", admin);
        await using var row = await read.ExecuteReaderAsync();
        await row.ReadAsync();
        var (rules, file) = (row.GetString(0), row.GetString(1));
        await row.DisposeAsync();
        var lines = rules.Split('\n').Where(line => line.Length > 0 && line[0] is not '#').Select(line => line.Replace('\t', ' '))
            .Prepend($"host all {name} all scram-sha-256").Select(line => $"'{line}'");
        await ExecuteAsync($"""
            COPY (SELECT line FROM unnest(ARRAY[{string.Join(',', lines)}]) WITH ORDINALITY AS rules (line, place) ORDER BY place)
            TO '{file}'
            """);
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(string.Format(CultureInfo.InvariantCulture, sql, name), admin);
        await command.ExecuteNonQueryAsync();
    }
}
