// Before the program: two frameworks that it does not use, with all that they stand on. A service in production has a logger, a client for its
// database and what validates its input in memory; these are of about that size, and here already.
await Promise.all([import('express'), import('fastify')])
