using System.Globalization;
using Npgsql;

namespace Trainyard.ExperimentStore.Tests.Events;

/// <summary>A role of a database's own, which needs its password and may be locked out or lose its rights, as happens to a service.</summary>
internal sealed class RestrictedRole : IAsyncDisposable
{
    private readonly string name = $"store_{Guid.NewGuid():N}";
    private readonly NpgsqlConnection admin;
    private readonly string database;

    private RestrictedRole(string admin, string database) => (this.admin, this.database) = (new(admin), database);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(database) { Username = name, Password = "its own" }.ConnectionString;

    /// <param name="admin">How a superuser connects.</param>
    /// <param name="database">How it connects to the database, which the role gets its rights on.</param>
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

    /// <summary>Changes what the role may do, and ends its connections, which were let in before.</summary>
    public async Task DoAsync(string sql)
    {
        await ExecuteAsync(sql);
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{0}'");
    }

    public ValueTask DisposeAsync() => admin.DisposeAsync();

    /// <summary>The tests' server asks nobody for a password: this role is asked, before the rules for everybody.</summary>
    private async Task RequirePasswordAsync()
    {
        await using var read = new NpgsqlCommand("SELECT pg_read_file(current_setting('hba_file')), current_setting('hba_file')", admin);
        await using var row = await read.ExecuteReaderAsync();
        await row.ReadAsync();
        var (rules, file) = (row.GetString(0), row.GetString(1));
        await row.DisposeAsync();
        var lines = rules.Split('\n').Where(line => line.Length > 0 && line[0] is not '#').Select(line => line.Replace('\t', ' '))
            .Prepend($"host all {name} all scram-sha-256").Select(line => $"'{line}'");
        await ExecuteAsync($"COPY (SELECT line FROM unnest(ARRAY[{string.Join(',', lines)}]) WITH ORDINALITY AS rules (line, place) ORDER BY place) TO '{file}'");
        await ExecuteAsync("SELECT pg_reload_conf()");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(string.Format(CultureInfo.InvariantCulture, sql, name), admin);
        await command.ExecuteNonQueryAsync();
    }
}
