// The overview publishes nothing but its views: it has no events of its own.
export {};
