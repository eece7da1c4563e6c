using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>HEAD requests: the response of GET without its body.</summary>
public static class HeadRequests
{
    /// <summary>Accepts HEAD wherever GET is mapped. The server drops the body; the OpenAPI document describes only GET.</summary>
    public static TBuilder AnswerHead<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            for (var index = 0; index < endpoint.Metadata.Count; index++)
            {
                if (endpoint.Metadata[index] is IHttpMethodMetadata { HttpMethods: [var only] } methods && HttpMethods.IsGet(only))
                {
                    endpoint.Metadata[index] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head], methods.AcceptCorsPreflight);
                }
            }
        });
        return endpoints;
    }
}
