package dev.sluice.engine.verifier;

/** placeholder */
public record Verified(int instructionsProcessed) {}
