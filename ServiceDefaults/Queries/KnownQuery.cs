using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Queries;

public static class KnownQuery
{
    /// <summary>Rejects unknown query parameters: ignoring a misspelt filter would return wrong results.</summary>
    public static TBuilder RefuseUnknownQuery<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilterFactory((context, next) =>
        {
            var known = Names(context.MethodInfo.GetParameters()).ToHashSet(StringComparer.Ordinal);
            return invocation =>
            {
                var unknown = invocation.HttpContext.Request.Query.Keys.Where(name => !known.Contains(name)).ToList();
                var rule = known.Count == 0 ? "this request takes no parameters" : $"allowed are {string.Join(", ", known)}";
                return unknown.Count == 0
                    ? next(invocation)
                    : throw new TrainyardException(
                        ErrorCode.ConfigInvalid, [.. unknown.Select(name => new Problem(name, $"is unknown; {rule}"))]);
            };
        });

    private static IEnumerable<string> Names(ParameterInfo[] parameters) => parameters.SelectMany(parameter =>
        parameter.GetCustomAttribute<AsParametersAttribute>() is null
            ? Name(parameter.GetCustomAttribute<FromQueryAttribute>(), parameter.Name)
            : parameter.ParameterType.GetProperties()
                .SelectMany(property => Name(property.GetCustomAttribute<FromQueryAttribute>(), property.Name)));

    private static IEnumerable<string> Name(FromQueryAttribute? query, string? otherwise) =>
        query is null ? [] : [query.Name ?? otherwise ?? ""];
}
