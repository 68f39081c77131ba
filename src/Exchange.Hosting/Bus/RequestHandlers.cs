using Exchange.Contracts.Errors;

namespace Exchange.Hosting.Bus;

/// <summary>Answers one type of request. Dependencies come from the scope's <paramref name="services"/>.</summary>
public delegate Task<Result<TResponse>> RequestHandler<in TRequest, TResponse>(
    TRequest request, IServiceProvider services, CancellationToken cancellation)
    where TRequest : class
    where TResponse : class;

/// <summary>The requests that this process answers, written out one by one in the host's composition root.</summary>
public sealed class RequestHandlers
{
    private readonly List<IRegistration> _registrations = [];

    public interface IRegistration
    {
        /// <summary>Calls <paramref name="visitor"/> with the registration's types.</summary>
        void Accept(IVisitor visitor);
    }

    public interface IVisitor
    {
        void Visit<TRequest, TResponse>(RequestHandler<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class;
    }

    public IReadOnlyList<IRegistration> Registrations => _registrations;

    public RequestHandlers Handle<TRequest, TResponse>(RequestHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        _registrations.Add(new Registration<TRequest, TResponse>(handler));
        return this;
    }

    private sealed record Registration<TRequest, TResponse>(RequestHandler<TRequest, TResponse> Handler) : IRegistration
        where TRequest : class
        where TResponse : class
    {
        public void Accept(IVisitor visitor) => visitor.Visit(Handler);
    }
}
