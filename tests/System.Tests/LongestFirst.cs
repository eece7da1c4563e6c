using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Trainyard.SystemTests.LongestFirst))]

namespace Trainyard.SystemTests;

/// <summary>Starts the collection first that takes many minutes: started last, it would run alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => collection.TestCollectionDisplayName == OneSystemAtATime.Name)];
}
