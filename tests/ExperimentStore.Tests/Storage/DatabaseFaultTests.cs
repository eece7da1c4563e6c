using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Tests.Storage;

/// <summary>What is the data's fault is given up; everything else is waited for.</summary>
public class DatabaseFaultTests
{
    [Theory]
    [InlineData("28P01")] // wrong password
    [InlineData("28000")] // not let in
    [InlineData("3D000")] // no such database
    [InlineData("25006")] // read-only
    [InlineData("42501")] // missing privilege
    [InlineData("53100")] // disk full
    [InlineData("53300")] // too many connections
    [InlineData("55P03")] // lock not available
    [InlineData("57P01")] // shutting down
    [InlineData("57P03")] // starting up
    [InlineData("58030")] // I/O error
    [InlineData("XX001")] // corrupted
    public void What_the_server_can_not_do_now_is_waited_for(string sqlState) =>
        Assert.Equal((true, false), (DatabaseFaults.IsOfTheServer(Postgres(sqlState)), DatabaseFaults.IsOfTheData(Postgres(sqlState))));

    [Theory]
    [InlineData("22003")] // out of range
    [InlineData("22021")] // not a character
    [InlineData("23505")] // unique
    [InlineData("23514")] // check
    [InlineData("54000")] // index row too large
    public void What_the_data_can_not_be_is_given_up(string sqlState) =>
        Assert.Equal((false, true), (DatabaseFaults.IsOfTheServer(Postgres(sqlState)), DatabaseFaults.IsOfTheData(Postgres(sqlState))));

    [Theory]
    [InlineData("42601")] // syntax
    [InlineData("42P01")] // no such table
    [InlineData("0A000")] // not supported
    public void A_fault_of_the_program_loses_no_data_and_is_no_outage(string sqlState) =>
        Assert.Equal((false, false), (DatabaseFaults.IsOfTheServer(Postgres(sqlState)), DatabaseFaults.IsOfTheData(Postgres(sqlState))));

    [Fact]
    public void SQLite_and_everything_else_is_told_apart_likewise()
    {
        Assert.All(
            [13, 10, 8, 14, 11],
            code => Assert.True(DatabaseFaults.IsOfTheServer(new SqliteException("full, I/O, read-only, can't open, corrupt", code))));
        Assert.True(DatabaseFaults.IsOfTheData(new SqliteException("constraint", 19)));
        Assert.True(DatabaseFaults.IsOfTheServer(new NpgsqlException("no connection", new SocketException())));
        Assert.True(DatabaseFaults.IsOfTheData(new InvalidOperationException("a bug of the code that looks at the data")));
        Assert.All<Exception>([new TimeoutException(), new IOException(), new ObjectDisposedException("pool")],
            fault => Assert.False(DatabaseFaults.IsOfTheData(new InvalidOperationException("around it", fault))));
    }

    [Fact]
    public void A_commit_is_uncertain_only_when_nobody_said_that_it_failed() =>
        Assert.Equal([true, true, false], [
            DatabaseFaults.MayHaveCommitted(new NpgsqlException("cut", new IOException())),
            DatabaseFaults.MayHaveCommitted(PostgresSaid("57P01")),
            DatabaseFaults.MayHaveCommitted(PostgresSaid("40001"))]);

    /// <summary>As EF Core brings it.</summary>
    private static DbUpdateException Postgres(string sqlState) => new("An error occurred", PostgresSaid(sqlState));

    private static PostgresException PostgresSaid(string sqlState) => new("said so", "ERROR", "ERROR", sqlState);
}
