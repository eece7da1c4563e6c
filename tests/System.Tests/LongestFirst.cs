using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Trainyard.SystemTests.LongestFirst))]

namespace Trainyard.SystemTests;

/// <summary>Starts the collections first that take many minutes: started last, they would run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection =>
            collection.TestCollectionDisplayName == OneSystemAtATime.Name
            || collection.TestCollectionDisplayName.Contains(nameof(FaultTests), StringComparison.Ordinal))];
}
