"""The expression language of Camunda 7 and Flowable models (JSR 245 Unified EL, as JUEL reads it)."""
