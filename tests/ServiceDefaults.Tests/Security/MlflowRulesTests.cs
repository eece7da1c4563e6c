using Microsoft.AspNetCore.Http;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.ServiceDefaults.Tests.Security;

/// <summary>What keys of each scope may do at MLflow's paths.</summary>
public class MlflowRulesTests
{
    [Theory]
    [InlineData("POST", "/api/2.0/mlflow/runs/create", "ingest,job")]
    [InlineData("POST", "/api/2.0/mlflow/runs/log-batch", "ingest,job")]
    [InlineData("POST", "/ajax-api/2.0/mlflow/runs/update", "ingest,job")]
    [InlineData("POST", "/api/2.0/mlflow/runs/search", "read")]
    [InlineData("POST", "/api/2.0/mlflow/runs/delete", "")]
    [InlineData("GET", "/api/2.0/mlflow/runs/get", "job,read")]
    [InlineData("GET", "/api/2.0/mlflow/experiments/get-by-name", "ingest,job,read")]
    [InlineData("GET", "/api/2.0/mlflow/experiments/search", "read")]
    [InlineData("POST", "/api/2.0/mlflow/experiments/create", "job")]
    [InlineData("POST", "/api/2.0/mlflow/experiments/delete", "")]
    [InlineData("GET", "/api/3.0/mlflow/server-info", "ingest,job,read")]
    [InlineData("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/nlp-1/artifacts/f", "job")]
    [InlineData("GET", "/api/2.0/mlflow-artifacts/artifacts/0/nlp-1/artifacts/f", "job,read")]
    [InlineData("DELETE", "/api/2.0/mlflow-artifacts/artifacts/0/nlp-1/artifacts/f", "")]
    [InlineData("DELETE", "/api/2.0/mlflow/logged-models/m-1", "")]
    public void A_scope_may_do_what_its_holder_needs(string method, string path, string allowed)
    {
        var scopes = new[] { KeyScopes.Ingest, KeyScopes.Job, KeyScopes.Read }
            .Where(scope => RequestRules.Of(Request(method, path)).Allow(new Caller("k", scope)))
            .Select(scope => scope.ToString().ToLowerInvariant());

        Assert.Equal(allowed, string.Join(',', scopes));
    }

    [Fact]
    public void A_bound_job_uploads_to_its_own_runs_only()
    {
        var caller = new Caller("k", KeyScopes.Job, "nlp-");
        RequestRules.Of(Request("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/nlp-1/artifacts/f")).RequireOwn(caller);

        Assert.Throws<Contracts.Errors.TrainyardException>(() =>
            RequestRules.Of(Request("PUT", "/api/2.0/mlflow-artifacts/artifacts/0/cv-1/artifacts/f")).RequireOwn(caller));
    }

    [Theory]
    [InlineData("Bearer ty-1", "ty-1")]
    [InlineData("bearer  ty-1 ", "ty-1")]
    [InlineData("Basic YW5uOnR5LTE=", "ty-1")]
    [InlineData("Basic YW5uOnR5OjE=", "ty:1")]
    [InlineData("Basic YW5u", "")]
    [InlineData("Basic ?", "")]
    [InlineData("Digest x", "")]
    [InlineData("", "")]
    public void The_key_is_the_token_or_the_password(string header, string secret) =>
        Assert.Equal(secret, AuthorizationHeader.SecretOf(header));

    private static HttpRequest Request(string method, string path)
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path) = (method, path);
        return http.Request;
    }
}
