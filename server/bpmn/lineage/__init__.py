"""The vocabulary that Activiti and its descendants (Camunda 7, Flowable) have in common, under whatever prefix."""
